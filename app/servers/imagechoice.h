// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"

#include <QWidget>

class QButtonGroup;
class QGridLayout;
class QPushButton;

namespace nephele {

class ChoiceCard;
class Paragraph;

// The images a server can start from, as cards; the first six, the others behind a button.
class ImageChoice : public QWidget
{
    Q_OBJECT

public:
    explicit ImageChoice(QWidget *parent = nullptr);

    void setImages(const QList<Image> &images); // those that are not active are left out
    void setFailure(const QString &sentence);
    const Image *chosen() const; // null: none

signals:
    void chosenChanged();

private:
    void layOut();

    QList<Image> m_images;
    QList<ChoiceCard *> m_cards;
    QButtonGroup *m_group;
    QGridLayout *m_grid;
    QPushButton *m_all;
    Paragraph *m_words;
    bool m_showsAll = false;
};

} // namespace nephele
