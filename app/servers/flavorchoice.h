// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"

#include <QWidget>

class QButtonGroup;
class QPushButton;
class QVBoxLayout;

namespace nephele {

class ChoiceRow;
class Paragraph;

// The sizes a server can have, the smallest first, one row for each; what is too small for the image or
// beyond the quota says so and can be chosen all the same. Sizes that differ only in how their disk is kept
// are behind a button with the rest.
class FlavorChoice : public QWidget
{
    Q_OBJECT

public:
    explicit FlavorChoice(QWidget *parent = nullptr);

    void setFlavors(const QList<Flavor> &flavors);
    void setFailure(const QString &sentence);
    void setLimits(const ComputeLimits &limits);
    void setImage(const Image &image);
    const Flavor *chosen() const; // null: none

    // Why a flavor cannot carry this image; empty: it can.
    static QString misfit(const Flavor &flavor, const Image &image);

signals:
    void chosenChanged();

private:
    void layOut();
    void showWarnings();
    void suggest();

    QList<Flavor> m_flavors;
    QList<ChoiceRow *> m_rows;
    std::optional<ComputeLimits> m_limits;
    Image m_image;
    QButtonGroup *m_group;
    QVBoxLayout *m_column;
    QPushButton *m_all;
    Paragraph *m_words;
    QWidget *m_card;
    bool m_showsAll = false;
    bool m_isPicked = false; // by the user
};

} // namespace nephele
