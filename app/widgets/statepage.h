// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QPushButton;

namespace nephele {

class Paragraph;
class SignPlate;

// A page that has no rows to show: a sign, a heading, a sentence or two, one or two buttons. PaneFaces uses
// it for its faces; a pane that is not built yet is nothing else.
class StatePage : public QWidget
{
    Q_OBJECT

public:
    enum class Mood { Calm, Failed };

    explicit StatePage(Mood mood, QWidget *parent = nullptr);

    void setWords(const QString &iconName, const QString &title, const QString &text);
    void setButtons(const QString &action, const QString &second); // empty: no such button
    // Buttons that are actions: the first becomes the primary one.
    void setActions(QAction *action, QAction *second);

signals:
    void actionWanted();
    void secondWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitText();

    const Mood m_mood;
    SignPlate *m_plate;
    QLabel *m_title;
    Paragraph *m_text;
    QWidget *m_buttons;
    QPushButton *m_action;
    QPushButton *m_second;
};

} // namespace nephele
